import { readFileSync } from "node:fs";
import { join, sep } from "node:path";
import ts from "typescript";

const root = join(__dirname, "../..");
const library = join(root, "components");
const entry = join(library, "index.ts");

/** What one reading of the library's entry file found. */
export interface PublicTypes {
  /** All names that it exports. */
  exported: string[];
  /** Classes and types of the library that something exported names, but that are not exported: `NAME, named by NAME`. */
  missing: string[];
  /** Public members and functions whose type is not written out, so that it cannot be seen what they name. */
  unwritten: string[];
  /** Component resources of the library that are not exported. */
  hidden: string[];
}

/** The library's program; with another text of its entry file, next to the program that was made before. */
export function libraryProgram(text?: string, before?: ts.Program): ts.Program {
  const read = ts.readConfigFile(join(root, "tsconfig.json"), (file) => ts.sys.readFile(file)) as { config: object };
  const { options } = ts.parseJsonConfigFileContent({ ...read.config, include: [], files: [entry] }, ts.sys, root);
  const host = ts.createCompilerHost(options);
  const fromDisk = host.getSourceFile.bind(host);
  host.getSourceFile = (file, version, ...rest) => {
    if (text !== undefined && file === entry) return ts.createSourceFile(file, text, version, true);
    return before?.getSourceFile(file) ?? fromDisk(file, version, ...rest);
  };
  return ts.createProgram({ rootNames: [entry], options, host, oldProgram: before });
}

/** The text of the entry file without the types that it exports. */
export function entryWithoutTypes(): string {
  return readFileSync(entry, "utf8")
    .replace(/^export type (\{[^}]*\}|\*) from .*$/gm, "")
    .replace(/\btype \w+,?/g, "");
}

/** Follows what the entry file exports to every class and type of the library that it names. */
export function publicTypes(program: ts.Program): PublicTypes {
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(entry);
  const module = file && checker.getSymbolAtLocation(file);
  if (!module) throw new Error(`${entry} is no module`);
  const resolved = (symbol: ts.Symbol) =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

  const exports = new Set(checker.getExportsOfModule(module).map(resolved));
  const missing = new Map<ts.Symbol, string>();
  const unwritten: string[] = [];
  const seen = new Set(exports);
  // A set that grows while it is gone through: what is named is followed too.
  for (const symbol of seen) {
    for (const declaration of symbol.declarations ?? []) {
      const { types, without } = publicNodes(declaration);
      unwritten.push(...without.map((member) => `${symbol.name}.${member}`));
      for (const named of types.flatMap((node) => namesIn(node))) {
        const found = checker.getSymbolAtLocation(named);
        const target = found && resolved(found);
        if (!target || target.flags & ts.SymbolFlags.TypeParameter || !isOurs(target)) continue;
        if (!exports.has(target) && !missing.has(target)) {
          missing.set(target, `${target.name}, named by ${symbol.name}`);
        }
        seen.add(target);
      }
    }
  }
  return {
    exported: [...exports].map(({ name }) => name),
    missing: [...missing.values()].sort(),
    unwritten,
    hidden: componentClasses(program, checker)
      .filter((symbol) => !exports.has(symbol))
      .map(({ name }) => name),
  };
}

const isOurs = (symbol: ts.Symbol) =>
  (symbol.declarations ?? []).some((each) => each.getSourceFile().fileName.startsWith(library + sep));

function componentClasses(program: ts.Program, checker: ts.TypeChecker): ts.Symbol[] {
  const ours = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(library + sep));
  return ours
    .flatMap((file) => [...file.statements])
    .filter(ts.isClassDeclaration)
    .filter(({ heritageClauses }) => heritageClauses?.some((each) => /\bComponentResource\b/.test(each.getText())))
    .flatMap(({ name }) => (name && checker.getSymbolAtLocation(name)) ?? []);
}

/** The parts of a declaration that its users see; and its members that have no type there. */
function publicNodes(declaration: ts.Declaration): { types: ts.Node[]; without: string[] } {
  if (ts.isVariableDeclaration(declaration)) return { types: declaration.type ? [declaration.type] : [], without: [] };
  if (ts.isFunctionDeclaration(declaration)) return signature(declaration);
  if (!ts.isClassDeclaration(declaration)) return { types: [declaration], without: [] };
  const members = declaration.members
    .filter((member) => !isPrivate(member))
    .map((member): ReturnType<typeof publicNodes> => {
      if (ts.isPropertyDeclaration(member)) {
        return member.type ? { types: [member.type], without: [] } : { types: [], without: [member.name.getText()] };
      }
      return ts.isFunctionLike(member) ? signature(member) : { types: [], without: [] };
    });
  return {
    types: [...(declaration.heritageClauses ?? []), ...members.flatMap(({ types }) => types)],
    without: members.flatMap(({ without }) => without),
  };
}

function signature(node: ts.SignatureDeclaration): { types: ts.Node[]; without: string[] } {
  const typed = [...node.parameters, ...(ts.isConstructorDeclaration(node) ? [] : [node])];
  return {
    types: [...(node.typeParameters ?? []), ...typed.flatMap(({ type }) => type ?? [])],
    without: typed.filter(({ type }) => !type).map(({ name }) => `${name?.getText() ?? "constructor"}()`),
  };
}

function isPrivate(member: ts.ClassElement): boolean {
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  return (
    (ts.getCombinedModifierFlags(member) & hidden) !== 0 ||
    (member.name && ts.isPrivateIdentifier(member.name)) === true
  );
}

/** What a piece of a declaration names: types, base classes, `typeof` values. */
function namesIn(node: ts.Node): ts.Node[] {
  const own = ts.isTypeReferenceNode(node)
    ? [node.typeName]
    : ts.isExpressionWithTypeArguments(node)
      ? [node.expression]
      : ts.isTypeQueryNode(node)
        ? [node.exprName]
        : ts.isImportTypeNode(node) && node.qualifier
          ? [node.qualifier]
          : [];
  const below: ts.Node[] = [];
  ts.forEachChild(node, (child) => void below.push(...namesIn(child)));
  return [...own, ...below];
}
