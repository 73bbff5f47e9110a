import type { Setting, SettingsTable } from './definition.ts';
import { SETTINGS } from './table.ts';

/** The table of settings in Markdown, of all unless told otherwise, for documentation that cannot fall behind the code. */
export function settingsTable(settings: SettingsTable = SETTINGS): string {
  const rows = Object.values<Setting<unknown>>(settings).map((setting) => {
    const aliases = setting.aliases.map((alias) => ` (old name: \`${alias}\`)`).join('');
    return [
      `\`${setting.name}\`${aliases}`,
      defaultText(setting),
      setting.unit,
      setting.since,
      setting.meaning.replaceAll('|', '\\|'),
    ];
  });
  const header = ['setting', 'default', 'unit', 'since', 'meaning'];
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function defaultText(setting: Setting<unknown>): string {
  const variable = setting.environmentVariable;
  if (variable !== undefined) {
    const otherwise = setting.default ? `, else \`${setting.default}\`` : '';
    return `environment \`${variable}\`${otherwise}`;
  }
  if (setting.fallback !== undefined) {
    return `as \`${setting.fallback}\``;
  }
  return setting.default ? `\`${setting.default}\`` : '';
}
