import { changed, Shown } from "../../../../operations/page/model/picture-change";
import type { Picture } from "../../../../operations/page/model/line";
import { PictureKeeper } from "../../../../operations/page/server/picture-keeper";
import { smallScene } from "../../../support/page-class";
import { claimOf, namespaceOf, podOf, volumeOf } from "../../../support/page-objects";

/** What the keeper tells when something happens. */
function told(happen: (scene: ReturnType<typeof smallScene>) => void): string[] {
  const scene = smallScene();
  scene.objects.namespaces.push(namespaceOf("lab"));
  scene.objects.volumes.push(volumeOf("pv", { phase: "Available", path: "/nfs/lab" }));
  const keeper = new PictureKeeper("lab");
  keeper.update(scene);
  expect(keeper.picture.news).toEqual([]);
  happen(scene);
  keeper.update(scene);
  return keeper.picture.news.map(({ text }) => text.en);
}

test("a claim is made and bound", () => {
  const news = told(({ objects }) => {
    objects.claims.push(claimOf("lab/data", { volume: "pv" }));
    objects.volumes = objects.volumes.map((volume) =>
      volume.metadata?.name === "pv" ? volumeOf("pv", { claim: "lab/data", path: "/nfs/lab" }) : volume,
    );
  });
  expect(news).toEqual(["Claim lab/data was made.", "Claim lab/data was bound to volume pv."]);
});

test("a claim is deleted: its volume is released, and its data stays", () => {
  const news = told(({ objects }) => {
    objects.claims = objects.claims.filter(({ metadata }) => metadata?.name !== "pvc-shiqi-redis");
    objects.pods = objects.pods.filter(({ metadata }) => metadata?.name !== "redis-0");
    objects.volumes = objects.volumes.map((volume) =>
      volume.metadata?.name === "pv-shiqi-redis"
        ? volumeOf("pv-shiqi-redis", { phase: "Released", claim: "shiqi/pvc-shiqi-redis", path: "/nfs/shiqi-redis" })
        : volume,
    );
  });
  expect(news).toEqual([
    "Claim shiqi/pvc-shiqi-redis is gone.",
    "Volume pv-shiqi-redis was released; its data stays in /nfs/shiqi-redis.",
    "Pod shiqi/redis-0 is gone.",
  ]);
});

test("a pod is made and becomes ready; a trouble is told when it is new", () => {
  const news = told(({ objects, facts }) => {
    objects.pods.push(podOf("shiqi/second", { claim: "pvc-shiqi-redis", node: "node2" }));
    facts.directories.set("192.168.110.168:/nfs/shiqi-redis", { missing: true });
  });
  expect(news).toEqual([
    "Pod shiqi/second is Ready on node2.",
    "The directory /nfs/shiqi-redis of volume pv-shiqi-redis is not on 192.168.110.168.",
  ]);
});

test("only what is different is told, and leads to the same picture", () => {
  const scene = smallScene();
  const keeper = new PictureKeeper("lab");
  keeper.update(scene);
  let seen: Picture = structuredClone(keeper.picture);
  const changes: object[] = [];
  keeper.onChange(({ change }) => {
    changes.push(change);
    seen = changed(seen, structuredClone(change));
  });
  keeper.update(scene);
  expect(changes).toEqual([]);
  scene.objects.volumes = scene.objects.volumes.filter(({ metadata }) => metadata?.name !== "pv-shiqi-share");
  scene.objects.claims.push(claimOf("shiqi/more"));
  keeper.update(scene);
  expect(changes).toHaveLength(1);
  expect(seen).toEqual(keeper.picture);
});

test("a browser that comes back gets what it has missed, and the whole when that is too much", () => {
  const scene = smallScene();
  const keeper = new PictureKeeper("lab");
  keeper.update(scene);
  const before = keeper.id;
  expect(keeper.since(before)).toEqual([]);
  scene.objects.claims.push(claimOf("shiqi/more"));
  keeper.update(scene);
  expect(keeper.since(before)).toHaveLength(1);
  expect(keeper.since("another-run-3")).toBeUndefined();
  for (let index = 0; index < 400; index++) {
    scene.objects.claims.push(claimOf(`shiqi/more-${index}`));
    keeper.update(scene);
  }
  expect(keeper.since(before)).toBeUndefined();
});

test("the same picture again is no change", () => {
  const shown = new Shown();
  const scene = smallScene();
  const keeper = new PictureKeeper("lab");
  keeper.update(scene);
  expect(shown.update(keeper.picture).lines?.length).toBe(Object.keys(keeper.picture.lines).length);
  expect(shown.update(structuredClone(keeper.picture))).toEqual({});
});
