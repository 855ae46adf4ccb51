import { useEffect, useState } from "preact/hooks";
import type { Picture, PictureChange } from "../model/line";
import { changed } from "../model/picture-change";

/** What the page knows, and how. */
export interface Known {
  /** Undefined before the first word. */
  picture?: Picture;
  /** Whether the page's own server is heard. */
  stream: "connecting" | "open" | "lost";
  /** When the file was written that this page is. */
  exportedAt?: string;
  /** The class that the file is a report of. @default it is the whole page */
  reportOf?: string;
}

/** Keeps what is known and tells when it changes, at most once a frame. */
export class Store {
  private readonly listeners = new Set<() => void>();
  private frame = false;

  constructor(public known: Known = { stream: "connecting" }) {}

  set(fields: Partial<Known>): void {
    this.known = { ...this.known, ...fields };
    if (this.frame) return;
    this.frame = true;
    // A page that nobody sees has no frames.
    const tell = document.hidden ? (work: () => void) => setTimeout(work, 100) : requestAnimationFrame;
    tell(() => {
      this.frame = false;
      for (const listener of this.listeners) listener();
    });
  }

  change(change: PictureChange): void {
    const { picture } = this.known;
    if (picture) this.set({ picture: changed(picture, change) });
  }

  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

export function useStore(store: Store): Known {
  const [known, setKnown] = useState(store.known);
  useEffect(() => {
    setKnown(store.known);
    return store.listen(() => setKnown(store.known));
  }, [store]);
  return known;
}
