import { deepStrictEqual as equal } from "node:assert/strict";
import { mapSides, opposite, perSide, SIDES } from "@/core/side.ts";

Deno.test("opposite() is the other side", () => {
  equal(SIDES.map(opposite), ["target", "initiator"]);
});

Deno.test("perSide() asks for the initiator's value first", () => {
  const asked: string[] = [];
  const pair = perSide((side) => asked.push(side));
  equal(asked, SIDES);
  equal(pair, { initiator: 1, target: 2 });
});

Deno.test("mapSides() changes each value, knowing its side", () => {
  const pair = { initiator: 1, target: 2 };
  equal(mapSides(pair, (value, side) => `${side} ${value}`), {
    initiator: "initiator 1",
    target: "target 2",
  });
  equal(pair, { initiator: 1, target: 2 });
});
