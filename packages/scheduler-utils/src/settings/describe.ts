import type { Setting } from './definition.ts';
import { SETTINGS } from './table.ts';

/** The table of all settings in Markdown, for documentation that cannot fall behind the code. */
export function settingsTable(): string {
  const rows = Object.values<Setting<unknown>>(SETTINGS).map((setting) => {
    const aliases = setting.aliases.map((alias) => ` (old name: \`${alias}\`)`).join('');
    return [
      `\`${setting.name}\`${aliases}`,
      defaultText(setting),
      setting.unit,
      setting.since,
      setting.meaning,
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
