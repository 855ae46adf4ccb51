import { useLayoutEffect, useState } from "preact/hooks";

/** How far down the page the rows of a table begin, in pixels. */
export function useTop(of: { current: HTMLTableElement | null }): number {
  const [top, setTop] = useState(0);
  const measure = (): void => {
    if (!of.current) return;
    const head = of.current.tHead?.offsetHeight ?? 0;
    setTop(Math.round(of.current.getBoundingClientRect().top + window.scrollY + head));
  };
  useLayoutEffect(measure);
  // What is above it can grow by itself.
  useLayoutEffect(() => {
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, []);
  return top;
}
