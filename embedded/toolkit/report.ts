/** Tells the user what is going on. The command line implements it; what does the work only knows this interface. */
export interface Reporter {
  /** Runs one long step, showing its title, what it waits for and how long it took. */
  step<T>(title: string, work: (step: Step) => Promise<T>): Promise<T>;
}

export interface Step {
  /** What the step waits for now, as it should be shown to the user: "node1 to answer on port 22". */
  waiting(what: string): void;
  /** One line worth keeping on the screen. */
  note(line: string): void;
}

/** Says nothing; for tests. */
export const silent: Reporter = {
  step: (_title, work) => work({ waiting: () => {}, note: () => {} }),
};
