import { Button, Drawer, Group, MultiSelect, Skeleton, Stack, TagsInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ErrorState } from '@/patterns/States';
import { words } from '@/words';
import { fieldsQuery, type RoleRight } from './queries';

const text = words.roles.editor;

interface Props {
  /** "*" is every object without an entry, whose fields are typed; undefined: closed. */
  object: string | undefined;
  right: RoleRight;
  onChange: (part: Pick<RoleRight, 'hidden' | 'read_only'>) => void;
  onClose: () => void;
}

/** Which fields of an object are hidden for a role, and which it sees and does not write. */
export function FieldsOfRight({ object, right, onChange, onClose }: Props) {
  const known = Boolean(object) && object !== '*';
  const fields = useQuery({ ...fieldsQuery(object ?? ''), enabled: known });
  const data = (fields.data ?? []).map((f) => ({
    value: f.name,
    label: f.label && f.label !== f.name ? `${f.name} (${f.label})` : f.name,
  }));
  const choose = (name: 'hidden' | 'read_only', label: string, help: string) => {
    const shared = {
      label,
      description: help,
      value: right[name] ?? [],
      onChange: (value: string[]) => onChange({ [name]: value }),
    };
    if (!known) return <TagsInput {...shared} maxTags={1000} />;
    const more = shared.value.filter((v) => !data.some((d) => d.value === v)).map((v) => ({ value: v, label: v }));
    return <MultiSelect {...shared} searchable openOnFocus={false} hidePickedOptions data={[...more, ...data]} limit={200} />;
  };
  return (
    <Drawer
      opened={object !== undefined}
      onClose={onClose}
      title={text.fieldsOf(object === '*' ? text.everyOther : (object ?? ''))}
      closeButtonProps={{ 'aria-label': words.do.close }}
    >
      <Stack gap="md">
        {known && fields.isPending ? (
          <Skeleton height={160} />
        ) : fields.isLoadingError ? (
          <ErrorState error={fields.error} retry={() => void fields.refetch()} />
        ) : (
          <>
            {choose('hidden', text.hidden, text.hiddenHelp)}
            {choose('read_only', text.readOnly, text.readOnlyHelp)}
          </>
        )}
        <Group justify="flex-end">
          <Button onClick={onClose}>{text.done}</Button>
        </Group>
      </Stack>
    </Drawer>
  );
}
