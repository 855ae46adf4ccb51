/** The annotation of each object that a stack makes: `PROJECT/STACK`. */
export const STACK_MARK = "storage-lab.example/stack";

/** The annotation of each object that a section of the course makes: the section's key in the config. */
export const SECTION_MARK = "storage-lab.example/section";
