/** Contents that tell whether they are whole, and which of all they are. */

/** The n-th content; no two share more than a few bytes. */
export function content(number: number): string {
  return `${number}\n`.repeat(1 + number % 4001);
}

/** Its number; `undefined` if it is not the whole of any. */
export function numberOf(text: string): number | undefined {
  const number = parseInt(text);
  return text === content(number) ? number : undefined;
}

/** What a program writes at once that makes a file bit by bit. */
export const CHUNK = 4096;

/** Whether a text is one that such a program had written up to some moment. */
export function isPrefix(text: string): boolean {
  if (numberOf(text) !== undefined) return true;
  return text.length % CHUNK === 0 &&
    content(parseInt(text) || 0).startsWith(text);
}

/** The n-th line of a log. */
export function logLine(number: number): string {
  return `${number} ${Math.imul(number, 2_654_435_761) >>> 0}\n`;
}

/** Whether a text is some whole lines of the log, one after the other. */
export function isLog(text: string): boolean {
  const first = parseInt(text);
  const lines = text.split("\n").slice(0, -1);
  return text === lines.map((_, index) => logLine(first + index)).join("");
}
