/** Java's `String.hashCode`: over UTF-16 units, in 32 bits. */
export function javaHashCode(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index++) {
    hash = (Math.imul(31, hash) + text.charCodeAt(index)) | 0;
  }
  return hash;
}

/**
 * Where Spark puts a file of that name (`ExecutorDiskUtils.getFilePath`): by its hash, first among the local directories,
 * then among their subdirectories.
 */
export function blockFilePath(
  place: { readonly localDirs: readonly string[]; readonly subDirsPerLocalDir: number },
  name: string,
): string {
  const hash = javaHashCode(name);
  // Java has no positive counterpart of its smallest number, and Spark takes 0.
  const nonNegative = hash === -0x8000_0000 ? 0 : Math.abs(hash);
  const { localDirs, subDirsPerLocalDir } = place;
  const directory = localDirs[nonNegative % localDirs.length];
  const subdirectory = Math.trunc(nonNegative / localDirs.length) % subDirsPerLocalDir;
  return `${directory}/${subdirectory.toString(16).padStart(2, '0')}/${name}`;
}

/** Files of one map task; the reduce id in their names is always 0. */
export function mapOutputName(
  shuffleId: number,
  mapId: number | bigint,
  kind: 'data' | 'index' | 'checksum.ADLER32' | 'checksum.CRC32',
): string {
  return `shuffle_${shuffleId}_${mapId}_0.${kind}`;
}

/** What a name stands for that a driver asks to delete. */
export type RemovableFile =
  | { readonly kind: 'shuffle'; readonly shuffleId: number; readonly mapId: string }
  | { readonly kind: 'rdd'; readonly rddId: number; readonly splitIndex: number };

const SHUFFLE_FILE = /^shuffle_(\d{1,10})_(\d{1,19})_\d{1,10}\.(?:data|index|checksum\.[A-Z0-9]{1,16})$/;
const RDD_FILE = /^rdd_(\d{1,10})_(\d{1,10})$/;

/** Undefined for names that Spark gives to no file of a block, such as every name that leads elsewhere. */
export function removableFile(name: string): RemovableFile | undefined {
  const rdd = RDD_FILE.exec(name);
  if (rdd !== null) return { kind: 'rdd', rddId: Number(rdd[1]), splitIndex: Number(rdd[2]) };
  const shuffle = SHUFFLE_FILE.exec(name);
  if (shuffle === null) return undefined;
  return { kind: 'shuffle', shuffleId: Number(shuffle[1]), mapId: shuffle[2] ?? '' };
}
