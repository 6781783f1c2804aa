/** Text in the bytes of an older character set. */

/** A character set other than UTF-8. */
export interface Charset {
  /** As mails name it. */
  readonly name: string;
  /** The text's bytes; what the set does not have becomes a question mark. */
  readonly encode: (text: string) => Uint8Array<ArrayBuffer>;
}

/**
 * A character set by its name, as far as it has one byte for a character.
 *
 * @throws {RangeError} If there is no such set, or it has more bytes for some.
 */
export function charsetOf(label: string): Charset {
  const name = label.trim().toLowerCase();
  const decoder = new TextDecoder(name);
  const bytes = new Map<string, number>();
  for (let byte = 0; byte < 256; byte++) {
    for (const next of [0x41, 0xa1]) {
      if (decoder.decode(Uint8Array.of(byte, next)).length < 2) {
        throw new RangeError(`"${label}" has several bytes for a character`);
      }
    }
    const character = decoder.decode(Uint8Array.of(byte));
    if (isPartOf(name, byte)) bytes.set(character, byte);
  }
  bytes.delete("\ufffd");
  if (bytes.size < 128) throw new RangeError(`"${label}" lacks characters`);
  const unknown = 0x3f;
  return {
    name,
    encode: (text) =>
      Uint8Array.from(text, (character) => bytes.get(character) ?? unknown),
  };
}

/** Decoders of the web take ISO-8859-1 and ASCII for Windows-1252; readers of mails do not. */
function isPartOf(name: string, byte: number): boolean {
  if (/ascii|ansi|iso646/.test(name)) return byte < 0x80;
  return byte < 0x80 || byte >= 0xa0 || !/^(?:iso|latin|l\d)/.test(name);
}
