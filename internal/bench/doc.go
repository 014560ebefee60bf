// Package bench is `provost bench`: it starts the program as a server of its own process, fills it, puts fixed
// workloads on it over HTTP, and reports what came out beside what the machine can do at all.
//
// The load is 64 keep-alive connections that each send the next request when the answer to the last one is complete
// (closed loop), from a client that does little but copy bytes: client and server share the machine, so what the client
// burns the server cannot have. Each run has a warm-up that is not counted. Every status is checked, every hundredth
// body parsed and compared with what was asked for. Figures of different machines do not compare; ratios taken
// alternately in one run do, and CPU time per request is the figure to trust most.
//
// The files: definition and payloads in benchincident.json and shape.go; what requests look like to Provost and to
// peers in dialect.go and adapter files; the workloads in workload.go; the client in client.go and drive.go; the server
// process in server.go; the machine in calibrate.go and process.go; the order of things in run.go; the figures in
// report.go; the limits for CI in gate.go.
package bench
