import { FIRST_PROOF } from "../../../../embedded/cli/first-proof";
import { exercises } from "../../../../exercises/sections/exercises";

test("what up runs of a new course are exercises that verify knows", () => {
  const known = exercises.map(({ id }) => id);
  expect(known).toEqual(expect.arrayContaining(FIRST_PROOF));
  expect(FIRST_PROOF.length).toBeGreaterThan(0);
});
