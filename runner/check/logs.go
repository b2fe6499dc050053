package check

// Logs checks the error log, without any request: what a block that must not start is asked for.
func (b *Block) Logs(repeat int, dryRun string) (Result, error) { return Result{}, nil }

// ShutdownLogs checks shutdown_error_log and no_shutdown_error_log, once nginx has quit. dryRun says that nginx did not quit
// (HUP mode, TEST_NGINX_NO_CLEAN), so that the tests become skips.
func (b *Block) ShutdownLogs(dryRun bool) (Result, error) { return Result{}, nil }
