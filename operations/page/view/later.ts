import { useEffect, useRef, useState } from "preact/hooks";

/** How late it may be, in milliseconds. */
const TIMEOUT = 500;

/** A value that may be a little old, so that what is made from it holds up nothing else. */
export function useLater<T>(value: T): T {
  const [shown, setShown] = useState(value);
  const latest = useRef(value);
  const isWaiting = useRef(false);
  latest.current = value;
  useEffect(() => {
    if (isWaiting.current || value === shown) return;
    isWaiting.current = true;
    whenIdle(() => {
      isWaiting.current = false;
      setShown(() => latest.current);
    });
  }, [value]);
  return shown;
}

/** Not every browser says when it is. */
function whenIdle(work: () => void): void {
  if ("requestIdleCallback" in window) window.requestIdleCallback(work, { timeout: TIMEOUT });
  else setTimeout(work, TIMEOUT);
}
