/** Why this is no image's name; the rest is for the one who pulls it. */
export function imageError(image: string): string | undefined {
  return image.trim() === "" ? "it is empty: name an image, or leave it out" : undefined;
}

/**
 * The tag in an image's name, as a label's value. `undefined` where there is none (no tag, a digest alone), and for a tag
 * that no label can hold.
 */
export function imageTag(image: string): string | undefined {
  const [name = ""] = image.split("@");
  const tag = /:([^/:]+)$/.exec(name)?.[1];
  return tag !== undefined && /^[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/.test(tag) ? tag : undefined;
}
