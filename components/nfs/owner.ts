import * as pulumi from "@pulumi/pulumi";

/** What a host's register calls a component of this stack: `PROJECT/STACK/COMPONENT`, in which a shell finds nothing to expand. */
export function ownerOf(component: string): string {
  const encoded = encodeURIComponent(component).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return [pulumi.getProject(), pulumi.getStack(), encoded].join("/");
}

/** Why this is neither the owner of a file nor "", which leaves it to what is there. */
export function ownerError(owner: string): string | undefined {
  return owner === "" || /^\w[\w.-]*:\w[\w.-]*$/.test(owner)
    ? undefined
    : `"${owner}" is not an owner such as "root:root" or "999:999"`;
}
