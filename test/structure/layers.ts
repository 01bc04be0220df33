// Who may import whom (house.md, "Folders"). Type imports count like all others. A file's layer is its first
// folder under src/; a folder that is not in the table is itself a violation, so that a new layer has to be
// decided on and not merely begun.
import { builtinModules } from 'node:module';
import type { Import, Source } from './source.js';

interface Layer {
  /** Layers of our own, besides itself and errors.ts. */
  readonly own: readonly string[];
  /** Layers of which only the types may be imported. */
  readonly typesOf?: readonly string[];
  /** Third-party packages; 'any' still leaves out the stores. */
  readonly packages: readonly string[] | 'any';
  /** Node's built-in modules. */
  readonly node: boolean;
}

const everyLayer = ['model', 'machines', 'services', 'persistence', 'actors', 'engine'];

const layers: Readonly<Record<string, Layer>> = {
  errors: { own: [], packages: [], node: false },
  model: { own: [], packages: ['zod'], node: false },
  machines: { own: ['model'], packages: ['xstate'], node: false },
  services: { own: ['model'], packages: 'any', node: true },
  // Its records are zod unions ("An actor, a service, a store"), hence zod beside abstract-level.
  persistence: { own: ['model'], packages: ['abstract-level', 'zod'], node: true },
  actors: {
    own: ['model', 'persistence', 'machines'],
    typesOf: ['services'],
    packages: ['xstate', 'rxjs'],
    node: true,
  },
  engine: { own: everyLayer, packages: 'any', node: true },
  index: { own: everyLayer, packages: [], node: false },
  // What is usable without an engine has an entry of its own, so that neither loads the other.
  planning: { own: ['model', 'services'], packages: [], node: false },
  scheduling: { own: ['model', 'services'], packages: [], node: false },
  interfaces: { own: ['index', 'planning', 'scheduling'], packages: 'any', node: true },
  // What users test with stands on the public API and on the shapes behind its ports.
  testing: { own: ['index', ...everyLayer], packages: ['zod', 'memory-level'], node: true },
};

/** Packages that open a store: only the engine names them, and for testing the one that keeps nothing. */
const stores = ['level', 'memory-level', 'classic-level', 'browser-level'];

/** Every import that its layer does not allow. */
export function layerViolations(sources: readonly Source[]): string[] {
  return sources.flatMap((source) => {
    const name = layerOf(source.path);
    const layer = layers[name];
    if (layer === undefined) return [`${source.path}: "${name}" is no layer; see test/structure/layers.ts`];
    return source.imports.flatMap((each) => {
      const why = refusal(name, layer, each);
      return why === undefined
        ? []
        : [`${source.path}:${each.line} imports ${each.specifier ?? '…'}: ${why}`];
    });
  });
}

/** Every place but the engine that names a package which opens a store. */
export function storeViolations(sources: readonly Source[]): string[] {
  return sources
    .filter((source) => layerOf(source.path) !== 'engine')
    .flatMap((source) =>
      source.imports
        .filter((each) => stores.includes(packageOf(each.specifier ?? '')))
        .filter((each) => !(layerOf(source.path) === 'testing' && each.specifier === 'memory-level'))
        .map((each) => `${source.path}:${each.line} names ${each.specifier}: only the engine opens stores`),
    );
}

function refusal(name: string, layer: Layer, { specifier, target, typeOnly }: Import): string | undefined {
  if (specifier === undefined) {
    return layer.packages === 'any' ? undefined : `${name} may not compute what it imports`;
  }
  if (target !== undefined) {
    if (!target.startsWith('src/')) return 'outside src/';
    const other = layerOf(target);
    if (other === name || other === 'errors' || layer.own.includes(other)) return undefined;
    if (layer.typesOf?.includes(other) !== true) return `${name} may not import ${other}`;
    return typeOnly ? undefined : `${name} may import only types of ${other}: write "import type"`;
  }
  if (specifier.startsWith('node:')) {
    return layer.node ? undefined : `${name} may not use Node's built-in modules`;
  }
  const imported = packageOf(specifier);
  if (builtinModules.includes(imported)) return `write "node:${specifier}"`;
  if (imported === 'statewright' || specifier.startsWith('#')) return 'src/ imports itself by relative paths';
  if (layer.packages === 'any' || layer.packages.includes(imported)) return undefined;
  return `${name} may import only ${['its own files', ...layer.packages].join(', ')} from outside`;
}

function layerOf(path: string): string {
  return (path.split('/')[1] ?? '').replace(/\.[a-z]+$/, '');
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
