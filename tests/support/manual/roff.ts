/** The few man macros that the manual pages need. */

import { wrap } from "@/config/wrap.ts";
import { VERSION } from "@/version.ts";

/** When the text of the pages last changed in substance. */
const DATE = "2026-11-27";

/** What is typed as it stands. */
export function bold(text: string): string {
  return `\\fB${verbatim(text)}\\fP`;
}

/** What stands for something else. */
export function italic(text: string): string {
  return `\\fI${verbatim(text)}\\fP`;
}

/** Hyphens that can be copied into a shell. */
function verbatim(text: string): string {
  return escaped(text).replaceAll("-", "\\-");
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\e");
}

/** Plain text, in which options, settings and paths are bold. */
export function prose(text: string): string {
  const names =
    /(?<![\w/.-])(?:--[a-z][a-z0-9-]*(?:=[A-Za-z0-9,]+)?|[A-Z0-9]+_[A-Z0-9_]+|\.osync_workdir\S*\w|[~/][\w./@-]*\w)/g;
  let [result, end] = ["", 0];
  for (const found of text.matchAll(names)) {
    result += escaped(text.slice(end, found.index)) + bold(found[0]);
    end = found.index + found[0].length;
  }
  return result + escaped(text.slice(end));
}

/** A page; its parts are lines. */
export function page(
  { name, section, about }: {
    readonly name: string;
    readonly section: number;
    readonly about: string;
  },
  parts: readonly (readonly string[])[],
): string {
  const head = [
    '.\\" Made by "deno task docs"; changes belong into the tables it is made from.',
    `.TH ${name.toUpperCase()} ${section} "${DATE}" "osync ${VERSION}"`,
    ".nh",
    ".ad l",
    ".SH NAME",
    `${name} \\- ${about}`,
  ];
  const body = parts.flat().flatMap((line) =>
    line.startsWith(".") ? [line] : wrap(line, 78)
  );
  return `${[...head, ...body].map(safe).join("\n")}\n`;
}

/** A line of text must not begin like a macro. */
function safe(line: string): string {
  return /^'|^\.(?!\\"|[A-Za-z]{2}\b)/.test(line) ? `\\&${line}` : line;
}

/** A chapter. */
export function chapter(title: string, ...lines: readonly string[]): string[] {
  return [`.SH ${/ /.test(title) ? `"${title}"` : title}`, ...lines];
}

/** A section of a chapter. */
export function section(title: string, ...lines: readonly string[]): string[] {
  return [`.SS "${title}"`, ...lines];
}

/** A paragraph after another one. */
export function paragraph(text: string): string[] {
  return [".PP", text];
}

/** A term, and what it is, indented. */
export function item(term: string, text: string): string[] {
  return [".TP", term, text];
}

/** Lines as they are. */
export function example(...lines: readonly string[]): string[] {
  return [".PP", ".RS 4", ".nf", ...lines.map(verbatim), ".fi", ".RE"];
}
