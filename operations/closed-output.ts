/**
 * Lets a program finish its work when nobody reads what it prints any more, as after `| head`. Node would end it in the middle,
 * with a stack trace.
 *
 * @param streams Where it prints. @default both standard streams
 */
export function outliveReaders(streams: NodeJS.EventEmitter[] = [process.stdout, process.stderr]): void {
  for (const stream of streams) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
}
