import { useLayoutEffect, useState } from "preact/hooks";

/** How far down the page the rows of a table begin, in pixels. */
export function useTop(of: { current: HTMLTableElement | null }): number {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    if (!of.current) return;
    const head = of.current.tHead?.offsetHeight ?? 0;
    const now = Math.round(of.current.getBoundingClientRect().top + window.scrollY + head);
    if (now !== top) setTop(now);
  });
  return top;
}
