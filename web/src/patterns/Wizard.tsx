import { Stepper } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Panel } from './Panel';

interface Step {
  label: string;
  content: ReactNode;
  /** The button that leaves the step. */
  next: string;
  /** Throws what keeps the person here. */
  check?: () => void;
}

interface Props {
  opened: boolean;
  title: string;
  steps: Step[];
  dirty: boolean;
  onFinish: () => Promise<void>;
  onClose: () => void;
}

/** A panel in steps with names, where a vendor has one. Back keeps what was typed, since the caller holds it. */
export function Wizard({ opened, title, steps, dirty, onFinish, onClose }: Props) {
  const [at, setAt] = useState(0);
  const step = steps[at];
  if (!step) return null;
  const leave = () => {
    setAt(0);
    onClose();
  };
  return (
    <Panel
      opened={opened}
      title={title}
      onClose={leave}
      dirty={dirty}
      submit={step.next}
      onBack={at > 0 ? () => setAt(at - 1) : undefined}
      onSubmit={async () => {
        step.check?.();
        if (at < steps.length - 1) return setAt(at + 1);
        await onFinish();
        setAt(0);
      }}
    >
      <Stepper active={at} size="xs" allowNextStepsSelect={false}>
        {steps.map((s) => (
          <Stepper.Step key={s.label} label={s.label} />
        ))}
      </Stepper>
      {step.content}
    </Panel>
  );
}
