import type { Case } from "./case.ts";
import { hh } from "./hh.ts";
import { izh } from "./izh.ts";
import { pospi } from "./pospi.ts";

export const CASES: readonly Case[] = [hh, izh, pospi];
