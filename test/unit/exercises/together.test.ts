import { Failure, together } from "../../../exercises/runner/failure";

const failing = (message: string, remedy?: string) => Promise.reject(new Failure(message, remedy));

test("what went well says nothing", async () => {
  await expect(together([Promise.resolve(1), Promise.resolve()])).resolves.toBeUndefined();
});

test("one failure is thrown as it is, after all have ended", async () => {
  let isEnded = false;
  const slow = new Promise<void>((resolve) => setTimeout(resolve, 20)).then(() => void (isEnded = true));
  await expect(together([failing("one", "do this"), slow])).rejects.toMatchObject({
    message: "one",
    remedy: "do this",
  });
  expect(isEnded).toBe(true);
});

test("of several, none hides another, and what is the same is said once", async () => {
  const all = together([failing("one", "again"), failing("two", "again"), failing("three")]);
  await expect(all).rejects.toMatchObject({ message: "one\ntwo\nthree", remedy: "again" });
});

test("an error of the program itself comes through", async () => {
  await expect(together([failing("one"), Promise.reject(new TypeError("oops"))])).rejects.toThrow(TypeError);
});
