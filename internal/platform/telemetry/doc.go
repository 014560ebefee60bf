// Package telemetry is how the running program tells about itself: its log, its metrics on a listener of their own,
// and, where OTEL_EXPORTER_OTLP_ENDPOINT asks for it, traces. None of the three ever carries a secret.
package telemetry
