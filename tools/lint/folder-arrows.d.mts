import type { Linter } from 'eslint';

export declare const folderArrows: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
export declare const folderBoundaries: Linter.Config[];
