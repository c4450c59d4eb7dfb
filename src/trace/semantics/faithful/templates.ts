/**
 * Replaces `^NAME` by the value that NAME has on a chassis (Chassis_Template_Var, ovn-sb(5)); undefined when one of them
 * has none there, since the flow is then not installed. Strings in quotes are left alone.
 */
export function expandTemplates(text: string, variables: ReadonlyMap<string, string>): string | undefined {
  if (!text.includes('^')) return text;
  const missing: string[] = [];
  const expanded = text.replace(
    /"(?:[^"\\]|\\.)*"|\^([A-Za-z_.][A-Za-z0-9_.]*)/g,
    (whole, name: string | undefined) => {
      if (name === undefined) return whole;
      const value = variables.get(name);
      if (value === undefined) missing.push(name);
      return value ?? '';
    },
  );
  return missing.length === 0 ? expanded : undefined;
}
