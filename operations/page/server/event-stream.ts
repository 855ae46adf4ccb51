import type { IncomingMessage, ServerResponse } from "node:http";
import type { Numbered, PictureKeeper } from "./picture-keeper";

/** A word of no meaning this often, in milliseconds, so that nobody on the way takes the connection for dead. */
const HEARTBEAT = 15_000;

/** A reader that is this many bytes behind is sent away; it comes again and gets the whole. */
const MOST_BEHIND = 16 << 20;

/** Tells a browser of the picture and then of each change, as server-sent events. */
export function sendEvents(keeper: PictureKeeper, request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "x-accel-buffering": "no" });
  const send = (name: string, id: string, data: unknown): void => {
    response.write(`event: ${name}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`);
    if (response.writableLength > MOST_BEHIND) response.destroy();
  };
  const tell = ({ id, change }: Numbered): void => send("change", id, change);
  response.write("retry: 1000\n\n");
  const missed = keeper.since(String(request.headers["last-event-id"] ?? ""));
  if (missed) missed.forEach(tell);
  else send("picture", keeper.id, keeper.picture);
  const stop = keeper.onChange(tell);
  const heartbeat = setInterval(() => response.write(": \n\n"), HEARTBEAT);
  response.on("close", () => {
    stop();
    clearInterval(heartbeat);
  });
}
