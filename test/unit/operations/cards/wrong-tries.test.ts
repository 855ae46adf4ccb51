import { TRIES_OF_ADDRESS, TRIES_OF_ALL, WrongTries } from "../../../../operations/cards/wrong-tries";

const times = async (count: number, work: (index: number) => Promise<unknown>) =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

test("an address has so many, also at once, and waits then", async () => {
  const tries = new WrongTries();
  const waits = (await times(TRIES_OF_ADDRESS + 5, () => tries.begin("10.0.0.1"))) as number[];
  expect(waits.filter((wait) => wait === 0)).toHaveLength(TRIES_OF_ADDRESS);
  expect(Math.max(...waits)).toBeGreaterThan(50);
  expect(await tries.begin("::ffff:10.0.0.1")).toBeGreaterThan(0);
  expect(await tries.begin("10.0.0.2")).toBe(0);
});

test("right ones do not count", async () => {
  const tries = new WrongTries();
  for (let index = 0; index < 3 * TRIES_OF_ALL; index++) {
    expect(await tries.begin("10.0.0.1")).toBe(0);
    await tries.right("10.0.0.1");
  }
});

test("all addresses together have so many", async () => {
  const tries = new WrongTries();
  await times(TRIES_OF_ALL, (index) => tries.begin(`10.0.${index}.1`));
  expect(await tries.begin("10.1.0.1")).toBeGreaterThan(0);
});

test("the addresses of an IPv6 network are one", async () => {
  const tries = new WrongTries();
  await times(TRIES_OF_ADDRESS, (index) => tries.begin(`2001:db8::${index + 1}`));
  expect(await tries.begin("2001:db8::ffff:1")).toBeGreaterThan(0);
  expect(await tries.begin("fe80::1%eth0")).toBe(0);
  expect(await tries.begin("2001:db8:0:1::1")).toBe(0);
  expect(await tries.begin("")).toBe(0);
});
