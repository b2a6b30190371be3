import path from 'node:path';
import { ESLint } from 'eslint';

const root = path.resolve(import.meta.dirname, '../..');

/** What one rule reports about an imaginary file with this import. Skips types, which are slow and not needed here. */
export const messagesAboutImport = async (rule: string, file: string, imported: string): Promise<string[]> => {
  const eslint = new ESLint({
    cwd: root,
    ruleFilter: ({ ruleId }) => ruleId === rule,
    overrideConfig: [{ languageOptions: { parserOptions: { projectService: false } } }],
  });
  const code = `import * as planted from '${imported}';\n\nexport const used = planted;\n`;
  const [result] = await eslint.lintText(code, { filePath: path.join(root, file) });
  const messages = result?.messages ?? [];
  const fatal = messages.find((message) => message.fatal);
  if (fatal) throw new Error(`${file} could not be read: ${fatal.message}`);
  return messages.filter(({ ruleId }) => ruleId === rule).map(({ message }) => message);
};
