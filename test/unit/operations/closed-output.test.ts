import { EventEmitter } from "node:events";
import { outliveReaders } from "../../../operations/closed-output";

const failing = (code: string) => Object.assign(new Error(code), { code });

test("a reader that leaves does not end the program; any other error of the output does", () => {
  const stream = new EventEmitter();
  expect(() => stream.emit("error", failing("EPIPE"))).toThrow("EPIPE");
  outliveReaders([stream]);
  stream.emit("error", failing("EPIPE"));
  stream.emit("error", failing("EPIPE"));
  expect(() => stream.emit("error", failing("ENOSPC"))).toThrow("ENOSPC");
});
