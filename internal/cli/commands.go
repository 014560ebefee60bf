package cli

// remoteCommands are the commands a running server takes on its socket, by the words that call them.
func remoteCommands() map[string]func() command {
	return map[string]func() command{
		"tenant create":   func() command { return &tenantCreate{} },
		"tenant list":     func() command { return &tenantList{} },
		"tenant suspend":  func() command { return &tenantSuspend{} },
		"tenant resume":   func() command { return &tenantResume{} },
		"tenant delete":   func() command { return &tenantDelete{} },
		"tenant export":   func() command { return &tenantExport{} },
		"tenant import":   func() command { return &tenantImport{} },
		"user create":     func() command { return &userCreate{} },
		"user list":       func() command { return &userList{} },
		"user grant":      func() command { return &userGrant{} },
		"user revoke":     func() command { return &userRevoke{} },
		"user delete":     func() command { return &userDelete{} },
		"user setup-link": func() command { return &userSetupLink{} },
		"user enable":     func() command { return &userEnable{} },
		"user disable":    func() command { return &userDisable{} },
		"key create":      func() command { return &keyCreate{} },
		"key list":        func() command { return &keyList{} },
		"key delete":      func() command { return &keyDelete{} },
		"key enable":      func() command { return &keyEnable{} },
		"key disable":     func() command { return &keyDisable{} },
		"key rotate":      func() command { return &keyRotate{} },
		"object apply":    func() command { return &objectApply{} },
		"object show":     func() command { return &objectShow{} },
		"object list":     func() command { return &objectList{} },
		"object delete":   func() command { return &objectDelete{} },
		"setting get":     func() command { return &settingGet{} },
		"setting set":     func() command { return &settingSet{} },
		"setting list":    func() command { return &settingList{} },
		"migrate":         func() command { return &migrateCommand{} },
		"backup":          func() command { return &backupCommand{} },
		"doctor":          func() command { return &doctorCommand{} },
	}
}
