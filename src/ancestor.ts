/** Which state a run starts from. */

import type { Config } from "@/config/config.ts";
import { mapSides, type PerSide, type Side, SIDES } from "@/core/side.ts";
import type { StateHeader } from "@/core/state_format.ts";
import type { Description, States } from "@/replica/replica.ts";

/**
 * Whether a state that is kept elsewhere is about another directory. One that
 * is kept in the replica moves along with it.
 */
export function isReplaced(
  config: Config,
  side: Side,
  known: {
    readonly headers: readonly StateHeader[];
    readonly descriptions: PerSide<Description>;
  },
): boolean {
  const [latest] = known.headers;
  const { identities, empty } = known.descriptions[side];
  // Inode numbers are used again: what is empty has lost osync's own folder, too.
  return config.stateDirectories[side] !== undefined && latest !== undefined &&
    (empty || latest.root !== identities[0]);
}

/** The newest state both sides have, if every state can be trusted. */
export function findBase(
  states: PerSide<States>,
  replaced: PerSide<boolean>,
  warn: (text: string) => void,
): StateHeader | undefined {
  const { initiator, target } = mapSides(states, ({ headers }) => headers);
  const damaged = SIDES.some((side) => states[side].unusable.length > 0);
  const any = initiator.length + target.length > 0 || damaged;
  const another = SIDES.some((side) => replaced[side]);
  const base = damaged || another
    ? undefined
    : initiator.find((header) =>
      target.some((other) => isSameRun(header, other))
    );
  if (base === undefined && any) {
    const why = damaged
      ? "a state cannot be used"
      : another
      ? "a replica is another directory than at the last run"
      : initiator.length === 0
      ? "the initiator has no state"
      : target.length === 0
      ? "the target has no state"
      : "the states of both sides do not belong together";
    const several = damaged
      ? ""
      : ". A replica that is in several pairs needs an --instance-id for each";
    warn(
      `What both replicas last agreed on is not known (${why}): this run merges them like a first run and deletes nothing${several}`,
    );
  }
  return base;
}

/** Numbers alone may meet: a copied or restored replica counts on from where it was. */
function isSameRun(a: StateHeader, b: StateHeader): boolean {
  return a.run === b.run && a.pair === b.pair && a.created === b.created;
}
