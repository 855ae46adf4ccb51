import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ProvisionedClaim } from "../../components/index";
import type { InfrastructureReference } from "../infrastructure-reference";
import type { CourseConfig } from "../config-schema";
import type { CourseNames } from "./course-names";

/** What every section of the course builds on. */
export interface SectionContext {
  config: CourseConfig;
  /** What its objects are called. */
  names: CourseNames;
  infrastructure: InfrastructureReference;
  provider: k8s.Provider;
  /** The course's namespace, once it is there. */
  namespace: pulumi.Output<string>;
  /** The namespace of the smaller examples, once it is there. */
  exampleNamespace: pulumi.Output<string>;
  /** Image of the pods that only look. */
  toolsImage: string;
  /** Path on the NAS of one of the section's `directories`, once it is there. */
  directory: (name: string) => pulumi.Output<string>;
}

/** A part of the course that the config switches on or off as a whole. */
export interface Section {
  /** Directories below the export that its static volumes need. @default none */
  directories?: (names: CourseNames) => string[];
  /**
   * Claims of the class `config.storageClass` that it makes, with those of its templates: their directories are simulated
   * before anything is made. @default none
   */
  claims?: (config: CourseConfig, names: CourseNames) => ProvisionedClaim[];
  /** Makes its objects; what it returns is what `pulumi stack output` shows under the section's name. */
  make: (context: SectionContext) => Record<string, pulumi.Input<unknown>>;
}
