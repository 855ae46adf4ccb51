import { onOneLab } from "../support/jest-base.mjs";

export default onOneLab("program");
