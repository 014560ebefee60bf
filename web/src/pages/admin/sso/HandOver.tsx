import { Textarea } from '@mantine/core';
import { useState } from 'react';
import { sso } from '@/words/sso';
import { base64, FileDrop, type ReadFile, xmlOf } from './FileDrop';

const text = sso.drop;

/** What the API takes of each, in bytes of the file. */
const maxCertificate = 48_000;
const maxMetadata = 890_000;

/** A certificate or metadata as they were handed over. */
export interface Handed {
  file?: ReadFile;
  /** A certificate: PEM, or DER or PEM in base64. */
  certificate: string;
  /** Metadata as XML. */
  metadata: string;
}

export const nothing: Handed = { certificate: '', metadata: '' };

interface Props {
  handed: Handed;
  onChange: (handed: Handed) => void;
  error?: string;
}

/** Takes a certificate: the file, or its text. A file of metadata is told apart, and taken as such where that is wanted. */
export function CertificateField({ handed, onChange, error, metadataToo = false }: Props & { metadataToo?: boolean }) {
  const [refused, setRefused] = useState<string>();
  return (
    <>
      <FileDrop
        label={text.certificate}
        description={text.certificateHelp}
        error={refused ?? error}
        accept={metadataToo ? '.cer,.crt,.pem,.der,.xml' : '.cer,.crt,.pem,.der'}
        file={handed.file}
        max={metadataToo ? maxMetadata : maxCertificate}
        onRefuse={setRefused}
        onFile={(file) => {
          const xml = metadataToo ? xmlOf(file.bytes) : undefined;
          if (xml === undefined && file.bytes.length > maxCertificate) {
            setRefused(text.tooLarge);
            return;
          }
          setRefused(undefined);
          onChange(xml === undefined ? { file, certificate: base64(file.bytes), metadata: '' } : { file, certificate: '', metadata: xml });
        }}
      />
      <Textarea
        label={text.paste}
        description={text.pasteHelp}
        value={handed.file ? '' : handed.certificate}
        onChange={(e) => {
          setRefused(undefined);
          onChange({ certificate: e.currentTarget.value, metadata: '' });
        }}
        autosize
        minRows={2}
        maxRows={6}
        spellCheck={false}
        classNames={{ input: 'mono' }}
      />
    </>
  );
}

/** Takes metadata as a file. */
export function MetadataField({ handed, onChange, error }: Props) {
  const [refused, setRefused] = useState<string>();
  return (
    <FileDrop
      label={text.metadata}
      description={text.metadataHelp}
      error={refused ?? error}
      accept=".xml,application/xml,text/xml"
      file={handed.file}
      max={maxMetadata}
      onRefuse={setRefused}
      onFile={(file) => {
        setRefused(undefined);
        onChange({ file, certificate: '', metadata: new TextDecoder().decode(file.bytes) });
      }}
    />
  );
}
