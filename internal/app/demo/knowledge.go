package demo

// makeKnowledge makes the knowledge articles.
func (w *world) makeKnowledge() {
	r := chance("knowledge")
	key := w.keys("FRS_Knowledge")
	for i, a := range w.articles {
		at := founded + 2*day + int64(i)*25*day + r.Int64N(8*hour)
		published := working(r, at+2*day)
		team := w.teams[pick(r, []string{"Service Desk", "Desktop Support", "Application Support"})]
		author, reviewer := w.member(r, team, at), w.teams["Service Desk"].members[0]
		f := w.form("FRS_Knowledge#"+a.Type, key(at), at, author.login).number("KnowledgeNumber", int64(10001+i))
		status := "Published"
		if i%12 == 11 {
			status, published = "In Review", 0
		}
		f.texts("Title", a.Title, "Details", a.Details, "Keywords", a.Keywords, "Status", status, "Category", a.Category, "Subcategory", a.Subcategory, "Service", a.Service,
			"Collection", "IT Handbook", "Audience", "Everybody", "Language", "en", "Owner", author.login, "OwnerTeam", team.name, "Author", author.display, "Reviewer", reviewer.login)
		f.number("ViewCount", 20+r.Int64N(900)).number("UsefulCount", 5+r.Int64N(80)).number("NotUsefulCount", r.Int64N(9)).flag("IsFeatured", i%8 == 0).time("ReviewDate", at+730*day)
		if published > 0 {
			f.texts("PublishedBy", reviewer.login).time("PublishedDateTime", published).time("ReviewedDateTime", published).changed(published, reviewer.login)
		}
		switch a.Type {
		case "IssueResolution":
			f.texts("Cause", a.Cause, "Resolution", a.Text)
		case "QandA":
			f.texts("Question", a.Question, "Answer", a.Text)
		case "ErrorMessage":
			f.texts("ErrorText", a.Error, "Cause", a.Cause, "Resolution", a.Text)
		default:
			f.texts("Body", a.Text)
		}
		one := f.done()
		w.library = append(w.library, one)
		w.ready(one)
	}
}
