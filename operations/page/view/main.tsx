import { render } from "preact";
import type { Picture } from "../model/line";
import { App } from "./app";
import { Store } from "./store";
import { follow } from "./stream";
import "./style.css";

const embedded = document.getElementById("picture")?.textContent;
const root = document.getElementById("page");
const store = new Store();
if (embedded) {
  const { at, reportOf, picture } = JSON.parse(embedded) as { at: string; reportOf?: string; picture: Picture };
  store.set({ picture, exportedAt: at, reportOf, stream: "open" });
} else {
  follow(store);
}
if (root) render(<App store={store} />, root);
