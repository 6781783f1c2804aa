/** Keeps secrets out of what is printed. */

/** The text with every secret in it replaced; empty ones are none. */
export function withoutSecrets(
  text: string,
  secrets: readonly string[],
): string {
  return secrets.filter((secret) => secret !== "")
    .toSorted((a, b) => b.length - a.length)
    .reduce((rest, secret) => rest.replaceAll(secret, "***"), text);
}

/** A web address as it may be printed: a name, a query and often the path are secrets. */
export function printableUrl(text: string): string {
  const { origin, pathname, search } = new URL(text);
  return pathname === "/" && search === "" ? origin : `${origin}/***`;
}
