import { useEffect, useState } from "preact/hooks";

/** Whether the page is being printed, and so has to be whole. */
export function usePrinted(): boolean {
  const [printed, setPrinted] = useState(false);
  useEffect(() => {
    const media = window.matchMedia("print");
    const changed = (): void => setPrinted(media.matches);
    media.addEventListener("change", changed);
    return () => media.removeEventListener("change", changed);
  }, []);
  return printed;
}
