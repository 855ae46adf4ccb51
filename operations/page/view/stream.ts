import type { Picture, PictureChange } from "../model/line";
import type { Store } from "./store";

/** Follows the page's server; the browser connects again by itself, and says what it has heard last. */
export function follow(store: Store): void {
  const source = new EventSource("/events");
  source.addEventListener("open", () => store.set({ stream: "open" }));
  source.addEventListener("picture", ({ data }) => store.set({ picture: JSON.parse(data as string) as Picture }));
  source.addEventListener("change", ({ data }) => store.change(JSON.parse(data as string) as PictureChange));
  source.addEventListener("error", () => {
    store.set({ stream: "lost" });
    // After an answer that is none, as of another server at this address, it does not try again.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => follow(store), 2000);
  });
}
