import { aboutAddresses, aboutRedis, addresses } from "../../../exercises/cluster/dns-queries";

describe("addresses", () => {
  it.each([
    [
      "busybox's nslookup",
      "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\nName:\tredis.shiqi.svc.cluster.local\nAddress: 10.244.2.3\n\n",
      ["10.244.2.3"],
    ],
    [
      "an older busybox's",
      "Server:    10.96.0.10\nAddress 1: 10.96.0.10 kube-dns\n\nName:      redis\nAddress 1: 10.244.2.3 redis-0.redis\n",
      ["10.244.2.3"],
    ],
    [
      "BIND's, with two pods",
      "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10#53\n\nName:\tredis\nAddress: 10.244.2.9\nName:\tredis\nAddress: 10.244.1.4\n",
      ["10.244.1.4", "10.244.2.9"],
    ],
    ["getent", "10.244.2.3      STREAM redis\n10.244.2.3      DGRAM\n10.244.2.3      RAW\n", ["10.244.2.3"]],
    ["no answer", "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\n** server can't find redis: NXDOMAIN\n", []],
    ["nothing", "", []],
  ])("reads %s", (_case, answer, expected) => {
    expect(addresses(answer)).toEqual(expected);
  });
});

describe("a query about a name", () => {
  const query = aboutAddresses("redis.shiqi.svc.cluster.local", ["10.244.2.3", "10.244.1.2"]);

  it("is answered right by all addresses, in any order", () => {
    expect(query.judge("Name: x\nAddress: 10.244.2.3\nAddress: 10.244.1.2")).toBe(
      "redis.shiqi.svc.cluster.local → 10.244.1.2, 10.244.2.3",
    );
  });

  it.each([
    ["one is missing", "10.244.2.3 STREAM x", "10.244.2.3, expected 10.244.1.2, 10.244.2.3"],
    ["there is none", "", "no answer, expected 10.244.1.2"],
    [
      "the server is silent",
      ";; connection timed out; no servers could be reached",
      "no answer (;; connection timed out",
    ],
    [
      "one is too many",
      "Address: 10.244.2.3\nAddress: 10.244.1.2\nAddress: 10.244.9.9",
      "10.244.9.9, expected 10.244.1.2",
    ],
  ])("is answered wrong when %s", (_case, output, message) => {
    expect(() => query.judge(output)).toThrow(message);
  });
});

describe("a query to Redis", () => {
  const query = aboutRedis("redis-0.redis", ["10.244.2.3"]);

  it("is answered right by PONG from the pod's own address", () => {
    expect(query.judge("PONG\nid=3 addr=10.244.1.9:41000 laddr=10.244.2.3:6379 fd=8")).toBe(
      "redis-cli -h redis-0.redis PING → PONG from 10.244.2.3",
    );
  });

  it.each([
    [
      "another pod answers",
      "PONG\nid=3 addr=10.244.1.9:41000 laddr=10.244.2.4:6379",
      "from 10.244.2.4, expected 10.244.2.3",
    ],
    [
      "nobody answers",
      "Could not connect to Redis at redis-0.redis:6379: Name or service not known",
      "Could not connect",
    ],
    ["it asks for a password", "NOAUTH Authentication required.", "NOAUTH"],
    ["nothing comes back in time", "", "no answer"],
  ])("is answered wrong when %s", (_case, output, message) => {
    expect(() => query.judge(output)).toThrow(message);
  });
});
