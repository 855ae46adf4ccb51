import { hasWideRegisters } from "../../../../embedded/sandbox/build/wide-registers";

const cpuinfo = (flags: string) => `processor\t: 0\nmodel name\t: Some\nflags\t\t: ${flags}\nbugs\t\t: amx_tile\n`;

test.each([
  ["fpu sse avx512f amx_bf16 amx_tile amx_int8 md_clear", true],
  ["amx_tile", true],
  ["fpu sse avx512f md_clear", false],
  ["fpu no_amx_tile_here", false],
])("a processor with the flags %s", (flags, wide) => {
  expect(hasWideRegisters(cpuinfo(flags))).toBe(wide);
});
