import { PictureKeeper } from "../../operations/page/server/picture-keeper";
import { bundle } from "../../operations/page/server/assets";
import type { HandOut } from "../../operations/page/server/hand-out";
import { servePage, type Listen, type PageServer } from "../../operations/page/server/page-server";
import type { Scene } from "./page-class";

/** A page of a scene, as a browser finds it. */
export class PageSite {
  private constructor(
    readonly scene: Scene,
    readonly keeper: PictureKeeper,
    private readonly server: PageServer,
  ) {}

  static async open(scene: Scene, listen: Listen = { port: 0 }, handOut?: HandOut): Promise<PageSite> {
    const keeper = new PictureKeeper("classroom-school");
    keeper.update(scene);
    return new PageSite(scene, keeper, await servePage(keeper, await bundle(), listen, handOut));
  }

  get url(): string {
    return this.server.url;
  }

  /** Shows what the test has changed. */
  changed(): void {
    this.keeper.update(this.scene);
  }

  close(): Promise<void> {
    return this.server.stop();
  }
}
