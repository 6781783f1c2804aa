/** What the value on one line of a configuration file is: shell words, without a shell. */

/** Quotes that make one word of anything. */
const QUOTED = 'put the value in quotes: KEY="…"';
const LITERAL = "in single quotes it stands for itself";

/**
 * Reads a value as a shell would, but for everything that runs something.
 *
 * @param text What follows the `=` and blanks, up to the end of the line.
 * @param lookup The value of a variable.
 * @throws {RangeError} If it means something else to a shell; the message
 * says what it is, and what to write instead.
 */
export function readConfValue(
  text: string,
  lookup: (name: string) => string,
): string {
  const reader = new ValueReader(text, lookup);
  while (!reader.atEnd) reader.piece();
  return reader.value;
}

class ValueReader {
  readonly #text: string;
  readonly #lookup: (name: string) => string;
  #at = 0;
  value = "";

  constructor(text: string, lookup: (name: string) => string) {
    this.#text = text;
    this.#lookup = lookup;
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  /** Reads what stands outside quotes, up to where that changes. */
  piece(): void {
    const plain = this.#take(/[^ \t'"\\$`;&|<>()]+/y);
    if (plain !== undefined) this.value += plain[0];
    else if (this.#take(/[ \t]+/y) !== undefined) this.#end();
    else if (this.#take(/'/y) !== undefined) this.#singleQuoted();
    else if (this.#take(/"/y) !== undefined) this.#doubleQuoted();
    else if (this.#take(/\\/y) !== undefined) this.#escaped();
    else if (this.#text[this.#at] === "$") this.#dollar(false);
    else if (this.#text[this.#at] === "`") refuseCommand("`…`");
    else {
      throw new RangeError(
        `an unquoted ${this.#text[this.#at]} ends a command; ${QUOTED}`,
      );
    }
  }

  /** What may follow a blank: nothing, or a comment. */
  #end(): void {
    if (this.#take(/#.*/sy) === undefined && !this.atEnd) {
      throw new RangeError(
        `a second word follows the value, and a shell would run it; ${QUOTED}`,
      );
    }
  }

  #singleQuoted(): void {
    const inside = this.#take(/([^']*)'/y)?.[1];
    if (inside === undefined) refuseOpen("'");
    this.value += inside;
  }

  #doubleQuoted(): void {
    while (this.#take(/"/y) === undefined) {
      if (this.atEnd) refuseOpen('"');
      const plain = this.#take(/[^"\\$`]+/y) ?? this.#take(/\\(?!["\\$`])/y);
      if (plain !== undefined) this.value += plain[0];
      else if (this.#take(/\\/y) !== undefined) {
        this.value += this.#text[this.#at++];
      } else if (this.#text[this.#at] === "$") this.#dollar(true);
      else refuseCommand("`…`");
    }
  }

  #escaped(): void {
    if (this.atEnd) {
      throw new RangeError(
        "it goes on in the next line; a value has one line, \\\\ is a backslash",
      );
    }
    this.value += this.#text[this.#at++];
  }

  #dollar(isQuoted: boolean): void {
    const variable = this.#take(/\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/y);
    const name = variable?.[1] ?? variable?.[2];
    if (name !== undefined) {
      this.value += this.#lookup(name);
      return;
    }
    this.#refuseForms(isQuoted);
    this.value += "$";
    this.#at++;
  }

  #refuseForms(isQuoted: boolean): void {
    if (this.#take(/\$\(\(|\$\[/y) !== undefined) {
      throw new RangeError(
        `it is a calculation, $((…)), and nothing is calculated here; write the number, or '…': ${LITERAL}`,
      );
    }
    if (this.#take(/\$\(/y) !== undefined) refuseCommand("$(…)");
    if (this.#take(/\$\{/y) !== undefined) {
      throw new RangeError(
        `$\{…} may hold the name of a variable, and nothing else; write $\{NAME}, or '$\{': ${LITERAL}`,
      );
    }
    const special = this.#take(/\$[0-9@*#?$!-]/y);
    if (special !== undefined) {
      throw new RangeError(
        `${special[0]} means something to a shell only; write '${
          special[0]
        }': ${LITERAL}`,
      );
    }
    const quoted = isQuoted ? undefined : this.#take(/\$['"]/y);
    if (quoted !== undefined) {
      throw new RangeError(
        `${quoted[0]}… is known to some shells only; leave out the $`,
      );
    }
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text) ?? undefined;
    if (found !== undefined) this.#at = pattern.lastIndex;
    return found;
  }
}

function refuseCommand(form: string): never {
  throw new RangeError(
    `it is a command, ${form}, and nothing is run here; write its result, or '…': ${LITERAL}`,
  );
}

function refuseOpen(quote: string): never {
  throw new RangeError(
    `a ${quote} is missing: what begins with ${quote} ends with ${quote}, in the same line`,
  );
}
