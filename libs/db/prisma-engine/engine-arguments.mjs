/** The arguments with which Prisma's command line calls its schema engine. */
export const parseEngineArguments = (words) => {
  const parsed = { wantsVersion: false, databaseCommand: null, datamodels: [], datasource: {} };
  const rest = [...words];
  while (rest.length > 0) {
    switch (rest.shift()) {
      case '--version':
        parsed.wantsVersion = true;
        break;
      case 'cli':
        parsed.databaseCommand = rest.shift();
        break;
      case '--datamodels':
        parsed.datamodels.push(rest.shift());
        break;
      case '--datasource':
        parsed.datasource = JSON.parse(rest.shift());
        break;
      case '--enabled-preview-features':
      case '--extension-types':
        rest.shift();
        break;
    }
  }
  return parsed;
};
