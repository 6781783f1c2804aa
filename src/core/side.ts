/** The two replicas of a pair, and values that exist once for each of them. */

/** The local replica (`initiator`) or the other one (`target`). */
export type Side = "initiator" | "target";

/** One value for each side. */
export type PerSide<T> = Readonly<Record<Side, T>>;

/** Both sides, the initiator first. */
export const SIDES: readonly Side[] = ["initiator", "target"];

/** The other side. */
export function opposite(side: Side): Side {
  return side === "initiator" ? "target" : "initiator";
}

/** Builds a pair by asking for each side's value, the initiator's first. */
export function perSide<T>(make: (side: Side) => T): PerSide<T> {
  return { initiator: make("initiator"), target: make("target") };
}

/** Applies `change` to both values of a pair. */
export function mapSides<T, U>(
  pair: PerSide<T>,
  change: (value: T, side: Side) => U,
): PerSide<U> {
  return perSide((side) => change(pair[side], side));
}
