/** What becomes of a volume's directory once its claim is deleted, where the reclaim policy is `Delete`. */
export type OnDelete = "delete" | "archive" | "retain";

/** What deletion does to the volumes of a class. */
export interface ClassDeletion {
  reclaimPolicy: "Retain" | "Delete";
  onDelete: OnDelete;
  /** What the directory is renamed to. Example: `archived-<directory>`. */
  archivesAs: string;
  /** Who gets the same directory again, with its verb. Example: `other claims get`. @default nobody */
  again?: string;
}

/** One sentence: what deleting a claim of the class does to its data. */
export function deletionSentence(
  className: string,
  { reclaimPolicy, onDelete, archivesAs, again }: ClassDeletion,
): string {
  const same = again === undefined ? "" : `; ${again} the same directory`;
  const withData = same && `${same} with them`;
  const claim = `Deleting a claim of class ${className}`;
  if (reclaimPolicy === "Retain") {
    return `${claim} keeps its volume (Released) and its directory with all data${withData}.`;
  }
  switch (onDelete) {
    case "delete": {
      const wait = same && `${same}: make it only once the old volume is gone, or its data go as well`;
      return `${claim} deletes its volume and its directory with all data, for good${wait}.`;
    }
    case "archive":
      return `${claim} deletes its volume and renames its directory to ${archivesAs}; the data stay.`;
    case "retain":
      return `${claim} deletes its volume and leaves its directory with all data${withData}.`;
  }
}
