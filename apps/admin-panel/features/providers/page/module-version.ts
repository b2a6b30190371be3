interface ModuleVersion {
  readonly moduleName: string | null;
  readonly packageVersion: string;
}

/** A version's name in the panel: its file and the package's version. */
export const nameOfVersion = ({ moduleName, packageVersion }: ModuleVersion): string =>
  `${moduleName ?? 'The module'} ${packageVersion}`;
