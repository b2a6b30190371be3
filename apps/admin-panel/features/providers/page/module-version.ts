interface ModuleVersion {
  readonly moduleName: string | null;
  readonly packageVersion: string;
}

/** How a module is called among its versions. */
export const nameOfVersion = ({ moduleName, packageVersion }: ModuleVersion): string =>
  `${moduleName ?? 'The module'} ${packageVersion}`;
